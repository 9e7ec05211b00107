/// Answers each line of standard input with one line, for tests that are written in other languages.
///
///     schema TEXT [NAME TEXT]…   parses a schema and its references; texts are in base64      ok, or error SENTENCE
///     message [INDEX]…           selects a message of it                                      ok NAME, or error SENTENCE
///     payload BYTES              turns a payload, in base64, into JSON                        the JSON, or fault SENTENCE
///     repeat COUNT BYTES         does so several times                                        nanoseconds for each

var probe = Probe()
while let line = readLine() { print(probe.answer(line)) }
