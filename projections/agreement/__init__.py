"""Agreement: whose word a statement rests on, from when, and when silence after notice becomes agreement."""
