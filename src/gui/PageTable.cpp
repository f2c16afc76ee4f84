// SPDX-License-Identifier: Apache-2.0
#include "gui/PageTable.h"

#include <QCoreApplication>

#include "gui/pages/CostsPage.h"
#include "gui/pages/GatewaysPage.h"
#include "gui/pages/KeysPage.h"
#include "gui/pages/LatencyPage.h"
#include "gui/pages/MigrationPage.h"
#include "gui/pages/OverviewPage.h"
#include "gui/pages/SettingsPage.h"

namespace drover::gui {
namespace {

template <class P>
std::unique_ptr<Page> makePage(const PageContext& context)
{
    return std::make_unique<P>(context);
}

constexpr PageSpec pageSpecs[] = {
    {"overview", QT_TRANSLATE_NOOP("PageTitle", "Overview"), "overview", "Ctrl+1", &makePage<OverviewPage>},
    {"migration", QT_TRANSLATE_NOOP("PageTitle", "Migration"), "migration", "Ctrl+2", &makePage<MigrationPage>},
    {"keys", QT_TRANSLATE_NOOP("PageTitle", "Keys"), "keys", "Ctrl+3", &makePage<KeysPage>},
    {"gateways", QT_TRANSLATE_NOOP("PageTitle", "Gateways"), "gateways", "Ctrl+4", &makePage<GatewaysPage>},
    {"latency", QT_TRANSLATE_NOOP("PageTitle", "Latency"), "latency", "Ctrl+5", &makePage<LatencyPage>},
    {"costs", QT_TRANSLATE_NOOP("PageTitle", "Costs"), "costs", "Ctrl+6", &makePage<CostsPage>},
    {"settings", QT_TRANSLATE_NOOP("PageTitle", "Settings"), "settings", "Ctrl+,", &makePage<SettingsPage>},
};

} // namespace

std::span<const PageSpec> pageTable() { return pageSpecs; }

QString pageTitle(const PageSpec& page) { return QCoreApplication::translate("PageTitle", page.title); }

} // namespace drover::gui
