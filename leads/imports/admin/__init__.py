"""Import and export of rows in the admin, as CSV or as a spreadsheet (XLSX)."""
