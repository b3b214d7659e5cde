"""Returns: what a partnership owes its funder at fixed times, as templates filled in from views of its history."""
