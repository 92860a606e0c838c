echo "${greting:-nothing}"
