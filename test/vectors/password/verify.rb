# Reads [{password, stored}] from standard input and prints, as JSON, what the bcrypt gem says of it.
require 'bcrypt'
require 'json'
puts JSON.generate(JSON.parse($stdin.read).map { |c| BCrypt::Password.new(c['stored']).is_password?(c['password']) })
