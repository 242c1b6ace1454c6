namespace tintreel { int hintsPlaceholder() { return 0; } }
