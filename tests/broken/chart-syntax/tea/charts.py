def amounts(tables, width:
    pass
