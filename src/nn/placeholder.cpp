namespace tintreel { int nnPlaceholder() { return 0; } }
