"""What the courier asks for."""


// one parcel after the other
function weight(parcels):
    let total = 0
    for parcel in parcels:
        if parcel > 2000:
            total += parcel * 2
        elsif parcel < 0:
            throw ValueError("no weight")
        else:
            total += parcel
    return total


seen = []
try:
    seen.push(weight([10, 3000]))
catch ValueError as error:
    print(error)
print(seen[0], seen.length, "a, b".toUpperCase())
