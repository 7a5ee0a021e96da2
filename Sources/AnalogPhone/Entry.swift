@main enum Phone { static func main() { print("phone") } }
