namespace tintreel { int workflowPlaceholder() { return 0; } }
