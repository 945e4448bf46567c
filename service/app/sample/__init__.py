"""Loading the files of another system: customers.csv, contacts.csv and follow_ups.csv of one folder."""
