"""Examples of every operation: requests that tell one story, and the answers that a real server gave to them."""
