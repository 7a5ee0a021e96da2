"""What the tree must look like: the tables that the tests of this folder read."""

TOP_LEVEL = {
    "Package.swift", "Sources", "Tests", "board", "rootfs", "tools", "README.md", "CHANGELOG.md",
    "CONTRIBUTING.md", "LICENSE"}

# Which targets a target may import; imports only go down. Package.swift must say the same.
GRAPH = {
    "Base": set(),
    "SIPSyntax": {"Base"},
    "SIPTransaction": {"Base"},
    "SIPAgent": {"Base", "SIPSyntax", "SIPTransaction", "CDigest"},
    "SDP": {"Base"},
    "RTP": {"Base"},
    "SecureRTP": {"Base", "RTP", "CDigest"},
    "MediaControl": {"Base"},
    "DSP": {"Base", "MediaControl", "CSpanDSP"},
    "Line": {"Base", "MediaControl"},
    "Call": {"Base", "MediaControl", "Line", "SIPAgent", "SDP"},
    "Board": {"Base"},
    "Config": {"Base", "Board"},
    "Access": {"Base"},
    "Console": {"Base"},
    "Network": {"Base"},
    "Provisioning": {"Base"},
    "Gateway": {
        "Base", "MediaControl", "Line", "SIPSyntax", "SDP", "SIPAgent", "Call", "Board", "Config",
        "Access", "Console", "Network", "Provisioning"},
    "Linux": {"Base", "CLinux", "CNames", "CTLS"},
    "Hardware": {"Base", "Board", "Line", "Linux", "CHardware"},
    "Media": {"Base", "MediaControl", "DSP", "RTP", "SecureRTP", "Linux"},
    "tipring": {
        "Base", "MediaControl", "Line", "SIPAgent", "Call", "Board", "Config", "Access", "Console",
        "Gateway", "Linux", "Hardware", "Media", "Network", "Provisioning"},
    "ParseBench": {"Base", "CLinux", "SIPAgent", "SIPSyntax"},
    "AnalogPhone": set(),
}

# Modules that come with the compiler; Glibc belongs to the telephone, which runs on the host only.
COMPILER_MODULES = {"Synchronization", "Swift"}
EXTRA_MODULES = {"AnalogPhone": {"Glibc"}}

# Targets that make no system call at all.
PURE = [
    "Base", "SIPSyntax", "SIPTransaction", "SIPAgent", "SDP", "RTP", "SecureRTP", "MediaControl",
    "DSP", "Line",
    "Call", "Board", "Config", "Access", "Console", "Network",
    "Provisioning", "Gateway"]

# What an object of a pure target may leave undefined besides Swift's own symbols and the
# functions of C shims that it may import: memory and arithmetic, nothing that meets the kernel.
PURE_C_SYMBOLS = {
    "memcpy", "memmove", "memset", "memcmp", "bzero", "malloc", "free", "realloc", "calloc",
    "posix_memalign", "malloc_usable_size", "abort", "trunc", "rint", "ceil", "sin", "cos", "sqrt", "pow", "log", "log10", "exp", "fmod", "floor",
    "sinf", "cosf", "sqrtf", "powf", "log10f", "expf", "lround", "llround", "round", "sincos",
    "_GLOBAL_OFFSET_TABLE_",
    # The seed of Swift's own hash tables; a generator in our code is Base's RandomSource.
    "arc4random_buf"}
PURE_C_PREFIXES = (
    "swift_", "_swift", "__swift", "__asan", "__tsan", "__ubsan", "__sanitizer", "__stack_chk",
    "__divti3", "__modti3", "__udivti3", "__umodti3", "__multi3", "__udivmodti4", "__aeabi_",
    "__atomic_", "__aarch64_")
# Swift's own way to the kernel.
PURE_SWIFT_FORBIDDEN = ("$ss5print_", "$ss10debugPrint", "$ss8readLine", "$ss24SystemRandomNumber")
SHIM_PREFIXES = {"CDigest": "cdigest_", "CSpanDSP": "cspandsp_"}

MOST_FILE_LINES = 500
MOST_FUNCTION_LINES = 60
# path (or path:function) -> why it may be longer
LENGTH_EXCEPTIONS = {
    "Sources/SIPSyntax/HeaderName+Lookup.swift:candidate":
        "a table: one case for each length and first letter of a header's name"}

# A time in whole units has 64 bits, Int on the board 32: 24 days of milliseconds, 35 minutes of
# microseconds, and the process ends.
TIME_IN_UNITS = r"\binNanoseconds\b|\binMilliseconds\b|\.nanoseconds\b"
# What makes it small before it is an Int: a remainder, a clamp, a bound.
TIME_IS_SMALL = r"^\s*(?:clamping|exactly):|%\s*\d|\.rest\b|\bmin\("
# path -> why its times are small
TIME_EXCEPTIONS = {
    "Sources/SIPAgent/UserAgent+Transfer.swift":
        "the seconds of a subscription that is ours: three minutes"}

SOURCE_FOLDERS = ("Sources", "Tests", "tools", "board", "rootfs", ".ci")
SOURCE_SUFFIXES = (".swift", ".c", ".h", ".py", ".sh", ".cfg", ".md", ".conf", ".xml")

BANNED_WORDS = [
    r"\bTODO\b", r"\bFIXME\b", r"\bXXX\b", r"\bHACK\b", r"(?i)\bstubs?\b", r"\btry!", r"\bas!",
    r"\b[un]?(nano)?sleep\([^)]", r"\bTask\.sleep\b"]
MACHINE_PATHS = [r"(?<![\w.])/work/", r"/tmp/wt\b", r"/root/", r"/home/\w", r"\.library\b"]
REGISTRY_HOSTS = [
    r"deb\.debian\.org", r"\bpypi\.org", r"pythonhosted\.org", r"ghcr\.io", r"docker\.io",
    r"registry\.npmjs", r"crates\.io", r"proxy\.golang\.org"]

# The standard's own test messages are kept byte for byte; this file names what it forbids.
UNREAD = ("Tests/Fixtures/", "Tests/Fuzz/corpus/", "Tests/Tidy/rules.py")
# Folders that need no README of their own.
README_EXCEPTIONS = ("Tests/Fixtures/", "Tests/Fuzz/corpus/", ".ci")
