//! Journeys over the page in a browser, driven through WebDriver: `make test-web`.
