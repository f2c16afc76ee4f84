// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/AxisEnd.h"

#include <algorithm>
#include <cmath>

namespace drover::gui {

double axisEnd(double value)
{
    const double power = std::pow(10.0, std::floor(std::log10(std::max(value, 1e-3))));
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0})
        if (value <= step * power)
            return step * power;
    return 10 * power;
}

} // namespace drover::gui
