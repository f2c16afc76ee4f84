// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace drover::gui {

// Where an axis that begins at 0 ends so that its labels can be read: the next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power
// of ten.
double axisEnd(double value);

} // namespace drover::gui
