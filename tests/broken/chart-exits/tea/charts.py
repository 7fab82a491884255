def amounts(tables, width):
    raise SystemExit(3)
