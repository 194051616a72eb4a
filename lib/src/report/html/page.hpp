#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace llmload::report {

/// The page's text. `data`: see page_data(). Whatever the data's texts are, none becomes markup or script:
/// they stand in a block of JSON without a "<", and the page's policy allows the two scripts by their hashes
/// and nothing from elsewhere.
std::string page(const boost::json::object& data);

}  // namespace llmload::report
