"""Bodies of App Store Connect to facts."""
