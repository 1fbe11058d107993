"""An embedded App Store Connect: real HTTP on loopback, real tokens, answers from readable scenarios."""
