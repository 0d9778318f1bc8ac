//! What did each test do? One file per format: pure functions from what a test runner wrote to statuses by test.
