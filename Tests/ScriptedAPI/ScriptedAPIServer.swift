/// An API server whose answers a test scripts.
package struct ScriptedAPIServer {}
