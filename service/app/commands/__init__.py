"""The commands of `crm`, each in the module of what it does, and loaded only when it is called."""
