package limits

const Burst = 2
