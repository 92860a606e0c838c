package limits

const Rate = 1
