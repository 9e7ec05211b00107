-- Argo CD's health of a KustoSink, by the conditions that the operator writes into its status; docs/status.md explains
-- these. A sink that is being deleted does not come here: of that Argo CD says "Pending deletion" by itself.
--
--   Suspended     a pause was asked for, by spec.paused or by the annotation kustosink.dev/reconcile
--   Degraded      nothing goes on before a person changes something, or workers are not ready and nothing goes on
--   Progressing   the operator has not seen the newest spec, or something goes on by itself
--   Healthy       the workers that are wanted are ready
--
-- It needs none of Lua's libraries but the basic one.

local status = obj.status
if status == nil then
  return {
    status = "Progressing",
    message = "the operator has not looked at this sink; see that it runs and watches the namespace " .. obj.metadata.namespace
  }
end
if status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "the operator has not looked at the newest spec yet"}
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local function is(kind, answer)
  return conditions[kind] ~= nil and conditions[kind].status == answer
end

local function told(condition)
  if condition.message == nil or condition.message == "" then return condition.reason end
  return condition.reason .. ": " .. condition.message
end

if is("Paused", "True") then return {status = "Suspended", message = told(conditions.Paused)} end
if is("Stalled", "True") then return {status = "Degraded", message = told(conditions.Stalled)} end
if is("Reconciling", "True") then return {status = "Progressing", message = told(conditions.Reconciling)} end
if is("Ready", "False") then return {status = "Degraded", message = told(conditions.Ready)} end
if is("Ready", "True") then
  local message = told(conditions.Ready)
  -- Workers run, but their number does not follow the lag: no failure of the rollout, and still worth a look.
  if is("ScalingActive", "False") then message = message .. "; " .. told(conditions.ScalingActive) end
  return {status = "Healthy", message = message}
end
return {status = "Progressing", message = "the operator has not said yet whether the workers are ready"}
