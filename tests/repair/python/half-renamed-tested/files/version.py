def core_impl(text):
    return text.split("-")[0]
