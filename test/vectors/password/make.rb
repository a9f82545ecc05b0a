# Makes stored hashes with the bcrypt gem, as Rails' has_secure_password does, and prints them as JSON.
require 'bcrypt'
require 'json'
words = ['secret', "l\u00e8tmein", "\u{1f510} key", ' $:,{}']
puts JSON.generate(words.map { |word|
  { reader: 'bcrypt', made: "bcrypt (Ruby) #{Gem.loaded_specs['bcrypt']&.version}", form: '2a', password: word,
    stored: BCrypt::Password.create(word, cost: 4).to_s }
})
