export class Step {
	constructor(readonly from: number) {}
}
