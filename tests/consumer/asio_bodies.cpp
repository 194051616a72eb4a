// A host that compiles the bodies of its Asio once, as the library does with its own.
#include <boost/asio/impl/src.hpp>
