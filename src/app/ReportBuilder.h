// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/UsageService.h"

#include "domain/migration/MigrationFacts.h"

#include <string>

namespace drover::app {

// Gathers what a report says of one migration from the journal, the evidence, the request log and the audit.
class ReportBuilder {
public:
    explicit ReportBuilder(Ports& ports) : ports_(ports), usage_(ports) {}
    // The latest migration for "". Errors: notFound where none ever ran.
    Task<Result<MigrationFacts>> build(std::string migration = {});

private:
    Ports& ports_;
    UsageService usage_;
};

} // namespace drover::app
