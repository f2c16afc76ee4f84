// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include <memory>
#include <span>

namespace drover::gui {

struct PageSpec {
    const char* id;
    const char* title;    // translated in the context "PageTitle"
    const char* icon;
    const char* shortcut;
    std::unique_ptr<Page> (*make)(const PageContext& context);
};

// The pages in the order of the sidebar.
std::span<const PageSpec> pageTable();
QString pageTitle(const PageSpec& page);

} // namespace drover::gui
