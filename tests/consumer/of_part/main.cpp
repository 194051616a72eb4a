bool part_works();

int main() { return part_works() ? 0 : 1; }
