"""Generated from proto/darkroom/v1 by clients/generate.sh."""
