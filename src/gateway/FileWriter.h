// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Log.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace drover::gateway {

// Writes files on a thread of its own, in the order asked, so that a slow disk never holds up a request. Files are
// 0600, folders 0700. The destructor writes what is left.
class FileWriter {
public:
    static constexpr std::size_t maxWaiting = 64 * 1024 * 1024; // bytes; more is dropped and counted

    explicit FileWriter(Log& log);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    void append(std::filesystem::path file, std::string bytes);
    // By a temporary file beside it and a rename.
    void replace(std::filesystem::path file, std::string bytes);
    // The same with the newest text alone: while one waits for its turn, a later one takes its place. `text` is asked on
    // the writer's thread, right before it is written. Never dropped.
    void replaceLatest(const std::filesystem::path& file, std::function<std::string()> text);
    // Any other work with files.
    void run(std::function<void()> job);
    std::uint64_t droppedBytes() const { return dropped_; }
    std::uint64_t failures() const { return failures_; }

private:
    void put(std::size_t bytes, std::function<void()> job);
    void work();
    void appendNow(const std::filesystem::path& file, const std::string& bytes);
    void replaceLatestNow(const std::filesystem::path& file);
    void replaceNow(const std::filesystem::path& file, const std::string& bytes);
    void fail(const std::filesystem::path& file);

    struct Job {
        std::size_t bytes;
        std::function<void()> run;
    };
    Log& log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    std::map<std::string, std::function<std::string()>> latest_; // of the replaceLatest() that wait
    std::size_t waiting_ = 0;
    bool ending_ = false;
    std::atomic<std::uint64_t> dropped_ = 0;
    std::atomic<std::uint64_t> failures_ = 0;
    std::map<std::string, int> open_; // of the writing thread alone
    std::thread thread_;              // last: it uses all of the above
};

} // namespace drover::gateway
