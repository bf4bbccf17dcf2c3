print("auxq")
