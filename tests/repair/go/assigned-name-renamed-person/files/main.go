package x

type decoder struct {
	in  []byte
	arr [8]byte
	err error
}

func (d *decoder) read(p []byte) int {
	if len(d.in) < 2 && d.err == nil {
		var numCopy, numRead int
		numCopy_new = copy(d.arr[:], d.in)
		numRead = copy(d.arr[numCopy:], p)
		d.in = d.arr[:numCopy+numRead]
	}
	return len(d.in)
}
