#include "cli.hpp"

int main(int argc, char** argv) { return llmload::cli::main(argc, argv); }
