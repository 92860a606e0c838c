local M = {}

function M.sum(list)
  local total = 0
  for _, n in ipairs(list) do
    if n > 0 then
      total = total + n
  end
  return total
end

return M
