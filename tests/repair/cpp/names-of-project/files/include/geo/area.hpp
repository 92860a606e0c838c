#pragma once

class Area {
public:
	explicit Area(int units) : units_(units) {}
	bool is_empty() const { return units_ == 0; }
	int unnits() const;

private:
	int units_;
};
