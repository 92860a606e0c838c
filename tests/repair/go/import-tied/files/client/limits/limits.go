package limits

const Rate = 2
