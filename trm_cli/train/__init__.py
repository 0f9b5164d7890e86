"""Training: deep supervision over persistent slots, as the paper does it."""
