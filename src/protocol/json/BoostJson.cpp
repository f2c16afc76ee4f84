// SPDX-License-Identifier: Apache-2.0
// The one place where Boost.JSON itself is compiled.
#include <boost/json/src.hpp>
