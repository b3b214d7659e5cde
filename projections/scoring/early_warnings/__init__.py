"""Early warnings: declared rules over one partnership's history, each of which holds or does not hold on a day."""
