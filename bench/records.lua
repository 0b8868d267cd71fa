-- For wrk: asks for the pages of records in random order, signed in. CODES: a file with a code a line; COOKIE: the session.
local codes = {}
for line in io.lines(os.getenv("CODES")) do
    codes[#codes + 1] = line
end
local headers = { ["Cookie"] = os.getenv("COOKIE") }

function request()
    return wrk.format("GET", "/records/" .. codes[math.random(#codes)], headers)
end
