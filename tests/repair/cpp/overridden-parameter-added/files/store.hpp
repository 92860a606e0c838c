#pragma once

#include <string>

class Store {
public:
    virtual ~Store() = default;
    virtual int size() const = 0;
    virtual void put(const std::string &key, int value, int ttl) = 0;
};

class Memory : public Store {
public:
    int size() const override { return n; }
    void put(const std::string &key, int value) override;

private:
    int n = 0;
};

int twice(const std::string &text);
