"""Documents on their way in: screened by what their bytes say, photographs without what cameras write into them."""
