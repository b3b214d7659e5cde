"""Import of other people's spreadsheets: a mapping turns rows into commands, and every row is accounted for."""
