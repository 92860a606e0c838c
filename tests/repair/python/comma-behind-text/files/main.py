SEPARATORS = {
    "de_DE": ".",  # the dot
    "fr_FR": " "  # and not a comma
    "it_IT": ".",
}


def main():
    print(SEPARATORS["it_IT"])


main()
