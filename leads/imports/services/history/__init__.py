"""Import of the history of a marketplace from CSV files (`load.import_history`)."""
