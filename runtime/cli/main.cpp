#include <iostream>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/surroundings.hpp"

int main(int argc, char** argv) {
  const troupe::cli::quiet_signals signals;
  auto io = troupe::cli::console_of_this_process(std::cout, std::cerr, signals);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return static_cast<int>(troupe::cli::run(arguments, io));
}
