"""What the tests that are written in Python share: TAP, networks, ports, other programs, trees."""
