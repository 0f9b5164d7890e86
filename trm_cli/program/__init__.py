"""What the commands share: options, settings, and the bodies of the larger ones."""
